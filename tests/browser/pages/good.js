document.getElementById('script').textContent = 'mit Skript';
